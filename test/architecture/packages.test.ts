import { expect, it } from 'vitest'
import { checkLockFile, checkPackageFile } from './package-rules.ts'
import type { LockFile, PackageFile } from './package-rules.ts'
import { projectFiles } from './source-tree.ts'

function json(path: string): unknown {
  return JSON.parse(projectFiles().find((file) => file.path === path)?.text ?? '{}')
}

it('packages are pinned exactly and only three of them run install scripts', () => {
  expect(checkPackageFile(json('package.json') as PackageFile)).toEqual([])
})

it('says that the Node people have is enough: `npm start` and `npx marshal` find the right one themselves', () => {
  expect(json('package.json')).toMatchObject({ engines: { node: '>=20' } })
})

it('the lock file is complete, names no host, and holds only licences that may be passed on', () => {
  expect(checkLockFile(json('package-lock.json') as LockFile)).toEqual([])
})

it('a range, a foreign licence, a host, a script, a missing platform and integrity are found', () => {
  const file = { dependencies: { vue: '^3.5.0' }, allowScripts: { esbuild: true, node: true } }
  expect(checkPackageFile(file)).toHaveLength(2)
  const integrity = `sha512-${'A'.repeat(86)}==`
  const c = { license: '(MIT OR WTFPL)', optionalDependencies: { 'c-linux': '1.0.0' } }
  const packages = {
    '': {},
    'node_modules/a': { integrity, license: 'GPL-3.0' },
    'node_modules/b': { integrity, license: 'MIT', resolved: 'https://example.org/b.tgz' },
    'node_modules/c': { integrity, ...c },
    'node_modules/d': { license: 'MIT' },
  }
  expect(checkLockFile({ packages })).toHaveLength(4)
})
