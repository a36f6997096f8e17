import { afterEach, describe, expect, it, vi } from 'vitest'
import { withDataFolder } from '../support/data-folder.ts'
import { marshal, marshalJson, RunningMarshal } from '../support/run-marshal.ts'

// Several processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

/** There is no keychain here. */
const env = { MARSHAL_PASSPHRASE: 'tokens are kept in a vault' }

let data: string
withDataFolder((dir) => (data = dir))

let standIn: RunningMarshal
afterEach(() => standIn.end())

async function addTarget(): Promise<void> {
  standIn = new RunningMarshal(['--json', 'stand-in', 'planning-center', '--port', '0'])
  const { url, key } = (await standIn.document()) as { readonly url: string; readonly key: string }
  const config = {
    ...{ name: 'church', adapter: 'planning-center', url, auth: 'oauth2' },
    ...{ settings: { clientId: 'stand-in-application' }, secrets: { clientSecret: key } },
  }
  await marshalJson(['target', 'add', '-'], { data, env, input: JSON.stringify(config) })
}

const signIn = () =>
  new RunningMarshal(['target', 'sign-in', 'church', '--port', '0'], { data, env })

describe('marshal target sign-in', () => {
  it('waits for the browser, keeps the tokens, and shows none of them', async () => {
    await addTarget()
    expect(await marshalJson(['target', 'test', 'church'], { data, env, code: 3 })).toMatchObject({
      ok: false,
    })
    const running = signIn()
    const [url] = await running.until('stderr', /http\S+\/oauth\/authorize\S+/)
    expect(await (await fetch(url)).text()).toContain('You can close this page.')
    const { code, stdout, stderr } = await running.finished()
    expect([code, stdout]).toEqual([0, 'church is signed in.\n'])
    expect(stdout + stderr).not.toContain('canary')
    expect(await marshalJson(['target', 'test', 'church'], { data, env })).toMatchObject({
      ok: true,
    })
  })

  it('says why where the browser comes back without a code', async () => {
    await addTarget()
    const running = signIn()
    const [text] = await running.until('stderr', /http\S+\/oauth\/authorize\S+/)
    const asked = new URL(text).searchParams
    await fetch(`${asked.get('redirect_uri')}?state=${asked.get('state')}&error=access_denied`)
    const { code, stderr } = await running.finished()
    expect(code).toBe(3)
    expect(stderr).toContain('access_denied')
  })

  it('is refused for a target that is not there', async () => {
    await addTarget()
    const refused = await marshal(['target', 'sign-in', 'nobody', '--port', '0'], { data, env })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('There is no target named nobody')
  })
})
