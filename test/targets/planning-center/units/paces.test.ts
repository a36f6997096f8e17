import { expect, it } from 'vitest'
import { paces } from '../../../../main/engine/targets/planning-center/api.ts'

const told = (limit: string, period: string, count: string) =>
  paces({
    'x-pco-api-request-rate-limit': limit,
    'x-pco-api-request-rate-period': period,
    'x-pco-api-request-rate-count': count,
  })

it.each([
  ['goes on while there is room', ['100', '20 seconds', '95'], null],
  ['rests a period before the limit is reached', ['100', '20 seconds', '96'], 20_000],
  ['rests when other programs used it up', ['100', '20', '180'], 20_000],
  ['takes the limit as it is told today', ['40', '60', '36'], 60_000],
  ['goes on where nothing is told', ['', '', ''], null],
  ['goes on where the limit is none', ['2', '20', '5'], null],
] as const)('%s', (_what, [limit, period, count], expected) => {
  expect(told(limit, period, count)).toBe(expected)
})
