import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

describe('the packaged app', () => {
  let config: string
  beforeAll(async () => {
    config = await readFile(join(import.meta.dirname, '../../electron-builder.yml'), 'utf8')
  })

  it.each([
    ['runAsNode', false],
    ['enableNodeOptionsEnvironmentVariable', false],
    ['enableNodeCliInspectArguments', false],
    ['enableCookieEncryption', true],
    ['enableEmbeddedAsarIntegrityValidation', true],
    ['onlyLoadAppFromAsar', true],
    ['loadBrowserProcessSpecificV8Snapshot', false],
    ['grantFileProtocolExtraPrivileges', false],
  ])('has its fuse %s set to %s', (fuse, value) => {
    expect(config).toMatch(
      new RegExp(`^electronFuses:\\n(  \\w+: \\w+\\n)*  ${fuse}: ${value}\\n`, 'm'),
    )
  })

  it('is one archive, with only the compiled modules beside it', () => {
    expect(config).toMatch(/^asar: true$/m)
    expect(config).toMatch(/^asarUnpack:\n  - '\*\*\/\*\.node'$/m)
  })
})
