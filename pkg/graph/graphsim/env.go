package graphsim

// Env is the variables that make the connector use this tenant. caFile is where CertificatePEM was written.
// With a proxy the connector comes by the names of the cloud; without one by the server's address.
func (s *Server) Env(caFile string) map[string]string {
	env := map[string]string{
		"BATON_ENTRA_TENANT_ID":     s.options.TenantID,
		"BATON_ENTRA_CLIENT_ID":     s.options.ClientID,
		"BATON_ENTRA_CLIENT_SECRET": s.options.ClientSecret,
		"SSL_CERT_FILE":             caFile,
	}
	if proxy := s.ProxyURL(); proxy != "" {
		env["HTTPS_PROXY"], env["BATON_CLOUD"] = proxy, s.options.Cloud
	} else {
		env["BATON_BASE_URL"], env["BATON_AUTHORITY_HOST"] = s.URL(), s.URL()
		env["BATON_EXCHANGE_URL"] = s.ExchangeURL()
	}
	if endpoint := s.IdentityEndpoint(); endpoint != "" {
		env["IDENTITY_ENDPOINT"], env["IDENTITY_HEADER"] = endpoint, s.identityHeader
	}
	return env
}
