import { describe, expect, it } from 'vitest'
import { checkErrorCodes } from './error-codes.ts'
import { codeFiles, listed } from './source-tree.ts'

const file = (text: string) => [{ path: 'main/engine/sync/judge.ts', text }]

describe('what an error code means', () => {
  it('is said in one table', () => expect(listed(checkErrorCodes(codeFiles()))).toBe(''))

  it.each([
    `const stop = ['auth', 'config', 'offline'].includes(code)`,
    `const silent = new Set([\n  'offline',\n  'timeout',\n])`,
    `switch (code) {\n  case 'auth':\n  case 'config':\n    return true\n}`,
    `if (code === 'offline' || error.code === 'timeout') return`,
  ])('is not said a second time: %s', (text) => {
    expect(checkErrorCodes(file(text))).toHaveLength(1)
  })

  it.each([
    `if (error.code === 'gone') return null`,
    `throw new SyncError('config', 'There is nothing here')`,
    `const steps = ['read', 'sent'].includes(step)`,
  ])('may be met one by one: %s', (text) => expect(checkErrorCodes(file(text))).toEqual([]))
})
