import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openVaultSecrets } from '../../main/hosts/vault-secrets.ts'
import { startKeyringSession } from '../support/keyring-session.ts'

const chooser = join(import.meta.dirname, '../../main/hosts/choose-secrets.ts')

/** What a fresh process with this environment chooses, and how storing and reading go there. */
const program = `
  const { chooseSecrets } = await import(${JSON.stringify(chooser)})
  const shown = (error) => error.problem ?? { code: 'unexpected', message: String(error.stack) }
  const [dataDir, passphrase] = process.argv.slice(1)
  try {
    const secrets = await chooseSecrets({ dataDir, passphrase, ownFolder: true })
    const set = await secrets.set('timing', 'apiKey', 'value').then(() => 'stored', shown)
    const value = await secrets.get('timing', 'apiKey').catch(shown)
    const keys = await secrets.keys('timing')
    await secrets.remove('timing', 'apiKey')
    console.log(JSON.stringify({ kind: secrets.kind, set, value, keys }))
  } catch (error) {
    console.log(JSON.stringify({ failed: shown(error) }))
  }`

async function choose(
  dataDir: string,
  passphrase: string,
  session: Readonly<Record<string, string>>,
): Promise<unknown> {
  const { DBUS_SESSION_BUS_ADDRESS: _bus, DISPLAY: _display, ...rest } = process.env
  const env = { ...rest, XDG_RUNTIME_DIR: dataDir, ...session }
  const args = ['--input-type=module', '--eval', program, '--', dataDir, passphrase]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return JSON.parse(stdout)
}

describe('choosing where secrets are kept', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'marshal-secrets-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('uses the keychain where it answers', async () => {
    const session = await startKeyringSession()
    try {
      const chosen = { kind: 'keychain', set: 'stored', value: 'value', keys: ['apiKey'] }
      expect(await choose(folder, '', session.env)).toEqual(chosen)
      expect(await choose(folder, 'also a passphrase', session.env)).toEqual(chosen)
      expect(await readdir(folder)).not.toContain('vault.json')
    } finally {
      await session.stop()
    }
  })

  it('uses the vault where there is no keychain and a passphrase was given', async () => {
    const chosen = { kind: 'vault', set: 'stored', value: 'value', keys: ['apiKey'] }
    expect(await choose(folder, 'a passphrase', {})).toEqual(chosen)
    expect(await readdir(folder)).toContain('vault.json')
  })

  it('makes no vault with a passphrase below 12 characters, and says why', async () => {
    const why = {
      code: 'no-keychain',
      message: expect.stringContaining('fewer than 12 characters'),
      fix: expect.stringContaining('longer one'),
    }
    const refused = { kind: 'none', set: why, value: why, keys: [] }
    expect(await choose(folder, 'elevenchars', {})).toEqual(refused)
    expect(await readdir(folder)).not.toContain('vault.json')
    expect(await choose(folder, 'twelve chars', {})).toMatchObject({ kind: 'vault', set: 'stored' })
  })

  it('refuses to store or read anything without keychain and passphrase, says why and what to do', async () => {
    const why = {
      code: 'no-keychain',
      message:
        'The system keychain cannot be used: no Secret Service is running for this session (D-Bus).',
      fix: expect.stringContaining('MARSHAL_PASSPHRASE'),
    }
    expect(await choose(folder, '', {})).toEqual({ kind: 'none', set: why, value: why, keys: [] })
    expect(await readdir(folder)).not.toContain('vault.json')
  })

  it('says the same when the session bus is gone', async () => {
    const gone = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/nothing` }
    expect(await choose(folder, '', gone)).toMatchObject({
      kind: 'none',
      set: { message: expect.stringContaining('no Secret Service is running') },
    })
  })

  it('asks for the passphrase of a vault that is already there', async () => {
    await (await openVaultSecrets(folder, 'right')).set('timing', 'token', 'x')
    expect(await choose(folder, '', {})).toMatchObject({
      kind: 'none',
      set: { code: 'no-keychain', message: expect.stringContaining('needs its passphrase') },
    })
    expect(await choose(folder, 'wrong', {})).toMatchObject({
      failed: { code: 'no-keychain', message: expect.stringContaining('passphrase does not open') },
    })
    expect(await choose(folder, 'right', {})).toMatchObject({
      kind: 'vault',
      keys: ['apiKey', 'token'],
    })
  })
})
