import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answerWindowFile,
  contentSecurityPolicy,
  dressPage,
  safeRelativePath,
} from '../../main/hosts/window-files.ts'

/** Paths that try to leave the window's folder, in the spellings attackers use. */
const escapes = [
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '/%252e%252e/secret.txt',
  '/....//secret.txt',
  '/assets/./main.js',
  '/assets//main.js',
  '//etc/passwd',
  '/C:/Windows/win.ini',
  '/assets/main.js%00.html',
  '/assets/main.js%0a',
  '/%',
  '/%c0%ae%c0%ae/secret.txt',
  '/%ff',
]

describe('the files of the window', () => {
  let root: string
  let folder: string

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'marshal-window-'))
    folder = join(root, 'renderer')
    await mkdir(join(folder, 'assets'), { recursive: true })
    await writeFile(join(root, 'secret.txt'), 'secret')
    await writeFile(
      join(folder, 'index.html'),
      '<!doctype html><html><head lang="x"></head></html>',
    )
    await writeFile(join(folder, 'assets', 'main.js'), 'export {}')
    await writeFile(join(folder, 'assets', 'odd.exe'), 'x')
    await symlink(join(root, 'secret.txt'), join(folder, 'link.txt'))
    await symlink(root, join(folder, 'outside'))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  it.each(escapes)('refuses %j', async (path) => {
    expect(safeRelativePath(path)).toBeNull()
    expect(await answerWindowFile(folder, path, 'desktop')).toMatchObject({ status: 400 })
  })

  it.each(['/link.txt', '/outside/secret.txt', '/assets/odd.exe', '/assets/none.js', '/none.png'])(
    'does not find %j',
    async (path) => {
      const answer = await answerWindowFile(folder, path, 'desktop')
      expect(answer.status).toBe(404)
      expect(String(answer.body)).not.toContain('secret')
    },
  )

  it('serves files with their type, and pages of the window by any route', async () => {
    expect(await answerWindowFile(folder, '/assets/main.js', 'edge')).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': expect.stringContaining('immutable'),
        'x-content-type-options': 'nosniff',
      },
    })
    for (const path of ['/', '', '/index.html', '/sync', '/targets/timing%20van', '/targets/a.b']) {
      const answer = await answerWindowFile(folder, path, 'edge')
      expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
      expect(String(answer.body)).toContain('<meta name="marshal-host" content="edge">')
    }
  })

  it('gives each load a nonce of its own, the same in header and page', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const { headers, body } = await answerWindowFile(folder, '/', 'desktop')
        const nonce = /'nonce-([^']+)'/.exec(headers['content-security-policy'] ?? '')?.[1]
        expect(String(body)).toContain(
          `<head lang="x"><meta property="csp-nonce" nonce="${nonce}">`,
        )
        return nonce
      }),
    )
    expect(nonces[0]).not.toBe(nonces[1])
    expect(nonces[0]).toMatch(/^[A-Za-z0-9+/]{22}==$/)
  })

  it('allows nothing unsafe', () => {
    const policy = contentSecurityPolicy('abc')
    expect(policy).not.toMatch(/unsafe|\*|http|strict-dynamic/)
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'none'",
    ]) {
      expect(policy.split('; ')).toContain(rule)
    }
  })

  it('also dresses a page without a head', () => {
    expect(dressPage('<p>hi', 'n', 'edge')).toMatch(
      /^<meta property="csp-nonce" nonce="n">.*<p>hi$/,
    )
  })
})
