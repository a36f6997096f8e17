import { describe, expect, it } from 'vitest'
import { listed } from '../architecture/source-tree.ts'
import {
  certainPoints,
  definePoints,
  importPoints,
  probePoints,
  pullPoints,
  pushPoints,
  recoverPoints,
  runPoints,
  stopPoints,
  unmarkedSteps,
  webhookPoints,
} from './probe-points.ts'

describe('the places where a process may be killed', () => {
  it('are all tested', () => {
    const pushing = [pushPoints, stopPoints, runPoints, recoverPoints]
    expect(probePoints('main/engine/', 'main/engine/db/')).toEqual(
      [...pushing, pullPoints, certainPoints, webhookPoints, definePoints, importPoints]
        .flat()
        .sort(),
    )
  })

  it('lie before and after every transaction of a run', () => {
    expect(listed(unmarkedSteps())).toBe('')
    const text = `export async function f(core: Core) {
      await probe({ core }, 'a:one')
      await core.db.transaction().execute(save)
    }`
    expect(unmarkedSteps([{ path: 'main/engine/sync/a.ts', text }])).toMatchObject([
      { path: 'main/engine/sync/a.ts', line: 3 },
    ])
  })
})
