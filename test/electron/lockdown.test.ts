import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchDesktopApp, until, type DesktopApp } from '../support/electron-stand-in/launch.ts'

describe('what the page cannot do (built bundle on the stand-in)', () => {
  let app: DesktopApp
  let page: Page
  beforeAll(async () => {
    app = await launchDesktopApp()
    page = await app.page()
  })
  afterAll(() => app.stop())

  it.each([
    '/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%2f..%2fpackage.json',
    '/..%5c..%5cpackage.json',
    '/..\\..\\package.json',
    '/%252e%252e/package.json',
    '/assets/../../main/index.js',
    '//etc/passwd',
    '/index.html%00.js',
  ])('read a file outside of the window: app://marshal%s', async (path) => {
    const answer = await app.do('fetchFromApp', `app://marshal${path}`, 'GET')
    expect(answer.status).toBe(400)
  })

  it.each([
    ['app://marshal/assets/missing.js', 'GET', 404],
    ['app://other/index.html', 'GET', 404],
    ['app://marshal.other/', 'GET', 404],
    ['app://marshal/', 'POST', 405],
    ['app://marshal/', 'DELETE', 405],
  ] as const)('get an answer to %s %s', async (url, method, status) => {
    expect((await app.do('fetchFromApp', url, method)).status).toBe(status)
  })

  it('be served without a policy, or with one that allows anything unsafe', async () => {
    const { headers } = await app.do('fetchFromApp', 'app://marshal/', 'GET')
    const policy = headers['content-security-policy'] ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-/)
    expect(policy).not.toMatch(/unsafe|\*/)
    const route = await app.do('fetchFromApp', 'app://marshal/targets/timing', 'GET')
    expect(route.headers['content-security-policy']).toMatch(/^default-src 'none'/)
  })

  it.each([
    [
      'an inline script',
      `const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.head.append(s)`,
    ],
    [
      'an inline handler',
      `const b = document.createElement('b'); b.setAttribute('onclick', 'window.ran = 1'); document.body.append(b); b.click()`,
    ],
    [
      'a script from elsewhere',
      `const s = document.createElement('script'); s.src = 'https://evil.example/x.js'; document.head.append(s)`,
    ],
    [
      'a script in an address',
      `const s = document.createElement('script'); s.src = 'data:text/javascript,ran=1'; document.head.append(s)`,
    ],
    // From a timer: what the test itself evaluates is exempt.
    ['eval', `setTimeout(() => eval('window.ran = 1'))`],
    ['a function made of text', `setTimeout(() => new Function('window.ran = 1')())`],
    [
      'a style without the nonce',
      `const s = document.createElement('style'); s.textContent = 'b{}'; document.head.append(s)`,
    ],
    [
      'a frame',
      `const f = document.createElement('iframe'); f.src = 'https://evil.example/'; document.body.append(f)`,
    ],
    ['a request elsewhere', `fetch('https://evil.example/').catch(() => {})`],
    [
      'a form sent elsewhere',
      `const f = document.createElement('form'); f.action = 'https://evil.example/'; document.body.append(f); f.submit()`,
    ],
    [
      'a base address',
      `const b = document.createElement('base'); b.href = 'https://evil.example/'; document.head.append(b)`,
    ],
  ])('run %s', async (_what, script) => {
    const violation = await page.evaluate(`new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (e) => resolve(e.effectiveDirective), { once: true })
      ${script}
    })`)
    expect(violation).toMatch(/^(script-src|style-src|frame-src|connect-src|form-action|base-uri)/)
    expect(await page.evaluate('window.ran')).toBeUndefined()
  })

  it.each([
    'https://evil.example/',
    'http://other.test/',
    'file:///etc/passwd',
    'data:text/html,<title>x</title>',
    'javascript:void(window.ran = 1)',
    'app://other/',
  ])('leave for %s', async (url) => {
    const address = page.url()
    await page.evaluate(`{
      const link = document.createElement('a')
      link.href = ${JSON.stringify(url)}
      document.body.append(link)
      link.click()
      link.remove()
    }`)
    // A second, harmless question shows that the page is still the same document.
    expect(await page.evaluate('document.title + location.href')).toContain(address)
    expect(page.url()).toBe(address)
    expect(await page.evaluate('window.ran')).toBeUndefined()
  })

  it('open another window', async () => {
    await page.evaluate(`window.open('https://evil.example/'); window.open('app://marshal/')`)
    const { windows, allowedWindows } = await app.state()
    expect(windows).toHaveLength(1)
    expect(allowedWindows).toEqual([])
    expect(
      page
        .context()
        .pages()
        .map((open) => open.url()),
    ).toEqual([page.url()])
    expect((await app.state()).dialogs).toEqual([])
  })

  it('open a link in the browser before a person has seen where it leads', async () => {
    await page.evaluate(`window.open('https://runsignup.com/Race/1')`)
    const { dialogs, openedOutside } = await until('the question', async () => {
      const state = await app.state()
      return state.dialogs.length > 0 && state
    })
    expect(dialogs.at(-1)).toEqual({
      message: 'Open this link outside Marshal?',
      detail: 'https://runsignup.com/Race/1',
    })
    expect(openedOutside).toEqual([])
    await app.do('answerNextDialog', 0)
    await page.evaluate(`window.open('https://runsignup.com/Race/2')`)
    await until('the browser', async () => (await app.state()).openedOutside.length > 0)
    expect((await app.state()).openedOutside).toEqual(['https://runsignup.com/Race/2'])
  })

  it('be led elsewhere by a server, hold another page, or save what the engine did not send', async () => {
    expect(await app.do('lets', 'will-redirect', 'https://evil.example/')).toBe(false)
    expect(await app.do('lets', 'will-redirect', 'app://marshal/')).toBe(true)
    expect(await app.do('lets', 'will-attach-webview', 'app://marshal/')).toBe(false)
    for (const url of ['https://evil.example/x.exe', 'app://marshal/index.html', 'data:,x'])
      expect(await app.do('askDownload', url)).toBe(false)
    expect(await app.do('askDownload', 'blob:https://evil.example/1')).toBe(false)
    expect(await app.do('askDownload', 'blob:app://marshal/1')).toBe(true)
  })

  it('get a permission other than copying text', async () => {
    const states = await page.evaluate(`Promise.all(
      ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read', 'clipboard-write',
       'window-management', 'idle-detection']
        .map(async (name) => [name, (await navigator.permissions.query({ name })).state]))
      .then(Object.fromEntries)`)
    expect(states).toEqual({
      geolocation: 'denied',
      notifications: 'denied',
      camera: 'denied',
      microphone: 'denied',
      midi: 'denied',
      'clipboard-read': 'denied',
      'clipboard-write': 'granted',
      'window-management': 'denied',
      'idle-detection': 'denied',
    })
    const asked = ['media', 'display-capture', 'fileSystem', 'openExternal', 'usb', 'unknown']
    for (const permission of asked) expect(await app.do('askPermission', permission)).toBe(false)
    expect(await app.do('askPermission', 'clipboard-sanitized-write')).toBe(true)
    for (const type of ['hid', 'serial', 'usb']) expect(await app.do('askDevice', type)).toBe(false)
    expect(await app.do('askScreen')).toBe(false)
    expect(await page.evaluate(`Notification.requestPermission()`)).toBe('denied')
    const refused = await page.evaluate(`new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(() => resolve(false), (e) => resolve(e.code === 1)))`)
    expect(refused).toBe(true)
  })
})
