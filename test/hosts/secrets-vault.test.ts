import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openVaultSecrets } from '../../main/hosts/vault-secrets.ts'

describe('secrets in the passphrase vault', () => {
  let folder: string
  const file = () => join(folder, 'vault.json')
  const passphrase = 'correct horse — Straße'

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'marshal-vault-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('finds everything again after a restart', async () => {
    const before = await openVaultSecrets(folder, passphrase)
    await before.set('timing', 'apiKey', 'sécret')
    await before.set('timing', 'token', 'other')
    await before.set('mail', '__proto__', 'odd name')
    await before.remove('timing', 'token')
    const after = await openVaultSecrets(folder, passphrase)
    expect(after.kind).toBe('vault')
    expect(await after.get('timing', 'apiKey')).toBe('sécret')
    expect(await after.get('timing', 'token')).toBeNull()
    expect(await after.keys('timing')).toEqual(['apiKey'])
    expect(await after.get('nobody', 'apiKey')).toBeNull()
  })

  it('writes nothing readable, for its owner only, and leaves no draft behind', async () => {
    const vault = await openVaultSecrets(folder, passphrase)
    await vault.set('timing-van', 'apiKey', 'canary-4711')
    const text = await readFile(file(), 'utf8')
    expect(text).not.toMatch(/canary|timing-van|apiKey|correct horse/)
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['vault.json'])
  })

  it('creates no file before the first secret', async () => {
    const vault = await openVaultSecrets(folder, passphrase)
    await vault.remove('timing', 'apiKey')
    expect(await readdir(folder)).toEqual([])
  })

  it('loses no change when many come at once', async () => {
    const vault = await openVaultSecrets(folder, passphrase)
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`)
    await Promise.all(keys.map((key) => vault.set('timing', key, key)))
    const after = await openVaultSecrets(folder, passphrase)
    expect(await after.keys('timing')).toEqual(keys.sort())
  })

  it('says so when the passphrase is wrong, and keeps the file', async () => {
    await (await openVaultSecrets(folder, passphrase)).set('timing', 'apiKey', 'x')
    const before = await readFile(file(), 'utf8')
    await expect(openVaultSecrets(folder, 'wrong')).rejects.toMatchObject({
      problem: {
        code: 'no-keychain',
        message: expect.stringContaining('passphrase does not open'),
      },
    })
    expect(await readFile(file(), 'utf8')).toBe(before)
  })

  it.each([
    [
      'a changed byte',
      (text: string) =>
        text.replace(
          /"sealed": "(.)/,
          (_all, first: string) => `"sealed": "${first === 'A' ? 'B' : 'A'}`,
        ),
    ],
    [
      'a changed tag',
      (text: string) =>
        text.replace(
          /"tag": "(.)/,
          (_all, first: string) => `"tag": "${first === 'A' ? 'B' : 'A'}`,
        ),
    ],
    ['half a file', (text: string) => text.slice(0, text.length / 2)],
    ['another kind of file', () => '{"a":1}'],
    ['an absurd work factor', (text: string) => text.replace(/"N": \d+/, '"N": 1073741824')],
    ['nothing', () => ''],
  ])('refuses a vault that was tampered with: %s', async (_what, tamper) => {
    await (await openVaultSecrets(folder, passphrase)).set('timing', 'apiKey', 'x')
    const changed = tamper(await readFile(file(), 'utf8'))
    await writeFile(file(), changed)
    await expect(openVaultSecrets(folder, passphrase)).rejects.toMatchObject({
      problem: { code: 'no-keychain', message: expect.stringContaining('damaged') },
    })
    expect(await readFile(file(), 'utf8')).toBe(changed)
  })

  it('opens with the same passphrase typed on another keyboard (composed or decomposed letters)', async () => {
    await (await openVaultSecrets(folder, 'Zürich'.normalize('NFC'))).set('timing', 'apiKey', 'x')
    const vault = await openVaultSecrets(folder, 'Zürich'.normalize('NFD'))
    expect(await vault.get('timing', 'apiKey')).toBe('x')
  })
})
