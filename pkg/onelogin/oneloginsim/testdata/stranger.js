// Runs OneLogin's own client library against an account, and writes what it saw to standard output as its last
// line. It is started with NODE_PATH, and with the account in ONELOGIN_URL, ONELOGIN_ID and ONELOGIN_SECRET.
const { Client } = require('@onelogin/sdk')

async function main() {
  const onelogin = new Client({
    baseURL: process.env.ONELOGIN_URL, clientID: process.env.ONELOGIN_ID, clientSecret: process.env.ONELOGIN_SECRET, timeout: 20000,
  })
  const { appsRepository: apps, resourceRepository: any } = onelogin
  const send = (method, url, data) => onelogin.client.Do({ method, url, data })
  const saw = {}

  saw.apps = (await apps.Query({ limit: 1000 })).data.map(app => [app.id, app.name])
  saw.app = (await apps.FindByID(saw.apps[0][0])).data.name
  const made = (await apps.Create({ name: 'Made', connector_id: 110000 })).data
  saw.appMade = made.name
  saw.appRenamed = (await apps.Update({ id: made.id, name: 'Renamed' })).data.name
  await apps.Destroy(made.id)
  saw.appsAfter = (await apps.Query({ limit: 1000 })).data.length

  saw.users = (await any.Query({ url: '/api/2/users', data: { limit: 100, fields: 'id,email,title' } })).data.map(user => [user.id, user.email])
  saw.roles = (await any.Query({ url: '/api/2/roles', data: { limit: 650 } })).data.map(role => [role.id, role.name])
  saw.groups = (await any.ReadResource({ url: '/api/1/groups' })).data.data.map(group => [group.id, group.name])
  saw.privileges = (await any.Query({ url: '/api/1/privileges' })).data.map(privilege => [privilege.id, privilege.name])

  const user = (await any.WriteResource({ url: '/api/2/users', data: { username: 'stranger', email: 'stranger@acme.example' } })).data
  saw.userStatus = user.status
  saw.userTitle = (await any.WriteResource({ url: '/api/2/users', id: user.id, data: { title: 'Guest' } })).data.title
  const members = `/api/2/roles/${process.env.ONELOGIN_ROLE}/users`
  saw.added = (await send('post', members, [user.id])).status
  saw.members = (await any.Query({ url: members })).data.map(member => member.username)
  saw.removed = (await send('delete', members, [user.id])).status
  saw.membersAfter = (await any.Query({ url: members })).data.length
  await any.DestroyResource({ url: '/api/2/users', id: user.id })
  saw.userGone = (await send('get', `/api/2/users/${user.id}`)).status
  console.log(JSON.stringify(saw))
}

main().catch(err => { console.error(err); process.exit(1) })
