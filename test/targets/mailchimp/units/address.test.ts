/** The address of a target follows from its key. */
import { describe, expect, it } from 'vitest'
import { readTargetConfig } from '../../../../main/engine/services/targets/target-config.ts'
import { mailchimp } from '../../../../main/engine/targets/mailchimp/adapter.ts'
import {
  adapterView,
  adapters,
  registerAdapters,
} from '../../../../main/engine/targets/registry.ts'

const addressOf = (key: string | null) =>
  mailchimp.manifest.address!({ settings: {}, secret: async () => key })

describe('the address', () => {
  it.each([
    ['0123456789abcdef0123456789abcdef-us14', 'https://us14.api.mailchimp.com/3.0'],
    [' 0123456789abcdef-eu2\n', 'https://eu2.api.mailchimp.com/3.0'],
  ])('of %j is %s', async (key, address) => {
    expect(await addressOf(key)).toBe(address)
  })

  it.each(['0123456789abcdef', 'key-', 'key-us14.evil.example/', 'key-us14@evil', 'key-evil.com'])(
    'cannot be told from %j, and no other place is made of it',
    async (key) => {
      await expect(addressOf(key)).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining('Copy the whole key, or type the address.'),
      })
    },
  )

  it('needs the key', async () => {
    await expect(addressOf(null)).rejects.toMatchObject({ code: 'auth' })
  })

  it('need not be typed, and may be', () => {
    const registry = registerAdapters(adapters)
    const config = { name: 'list', adapter: 'mailchimp', settings: { audience: 'a1' } }
    expect(readTargetConfig(registry, config).settings.url).toBe('')
    const proxy = { ...config, url: 'https://proxy.example.org/3.0' }
    expect(readTargetConfig(registry, proxy).settings.url).toBe(proxy.url)
    expect(() =>
      readTargetConfig(registry, { ...config, url: 'http://proxy.example.org' }),
    ).toThrow('unprotected')
    expect(() =>
      readTargetConfig(registry, { ...config, adapter: 'tagserver', settings: {} }),
    ).toThrow('The address (url) is missing.')
    expect(adapterView(mailchimp).ownAddress).toBe(true)
  })
})
