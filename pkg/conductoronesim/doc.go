// Package conductoronesim is ConductorOne as a connector in service mode sees it: the token endpoint with its signed
// client assertion, and BatonService over TLS, which hands out tasks, hears heartbeats, takes uploads and is told how
// each task ended. It listens on loopback only and forgets everything at Close.
//
// It is meant to be stricter than the real service, so that what works here has a good chance there. It shares the
// wire shapes with the SDK (the generated messages and their validation rules, and the reader of c1z files) and none
// of its client code.
//
// Served, everything else is refused:
//
//	POST /auth/v1/token         client credentials with an assertion that the client secret signs
//	BatonService/Hello          at the start, and as the answer to a hello task
//	BatonService/GetTask        one task, to one host
//	BatonService/GetTasks       up to page_size tasks that the host does not know of yet
//	BatonService/Heartbeat      of one task or several; says whether they are cancelled
//	BatonService/UploadAsset    metadata, data, eof with the sum; a sync has to open, a debug log need not
//	BatonService/FinishTask     once for each time that the task was handed out
//
// What it asks of a client, beside the rules of the messages: an assertion of at most ten minutes with EdDSA, issuer
// and subject the client id, audience its host without the port, a nonce that was not seen before and a clock within a
// minute; a bearer token that is not expired; a Hello of the host before its first task; tasks that exist and that the
// host holds; a full sync that uploads a file before it succeeds. A client that breaks one is refused, and
// [Server.Violations] tells of it. A token that is missing or expired is refused too, but is no violation.
//
// Delivery is at least once: a task whose holder has been silent for [Options.Lease] is handed out again. Signs of life
// are a heartbeat, an upload, and the task's id among those that a host knows of. A holder that was given up may still
// report; the first report counts.
//
// Knobs, with their defaults:
//
//	Options.Address          127.0.0.1 and a free port
//	Options.Dir              a temporary directory, which Close removes
//	Options.Name             "connector", the name in the client id
//	Options.NextPoll         20 ms until the next GetTask
//	Options.NextHeartbeat    1 s until the next Heartbeat, the shortest that the SDK knows
//	Options.TokenLife        1 h; the SDK takes a new token ten seconds before the end
//	Options.Lease            1 min
//	Options.Now              time.Now, the clock of assertions, tokens and leases
//	Server.FailNext          off: the next n calls of a method fail with a code
//	Server.LoseAnswers       off: the next n calls of a method do their work, then the connection is cut
//	Server.Away, Back        there: away, connections are refused
//	Server.DropConnections   never
//	Server.ExpireTokens      never
//	Server.DelayHeartbeats   0: heartbeats are answered at once
//	Server.RefuseClient      false: true refuses every request for a token
//	Server.Cancel            never: a cancelled task hears of it with its next heartbeat
//
// Not modelled: tenants, users and everything that ConductorOne does with what it is given; hosted OAuth and the lambda
// runtime; retries of failed tasks by ConductorOne; age as an encryption provider; tickets, beyond tasks made with
// [Raw]; limits on rate or size other than those that the messages declare; grants that expire; StartDebugging.
package conductoronesim
