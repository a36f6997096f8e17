import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

function start(name: string) {
  const script = fileURLToPath(new URL('../../main/stand-ins/process.ts', import.meta.url))
  return spawn(process.execPath, [script, name, '--port', '0', '--key', 'k', '--seed', '3'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

describe.each(['tagserver', 'mock-sync-server', 'ems', 'runsignup'])(
  '%s stand-in started by hand',
  (name) => {
    it('prints one JSON line with its address and ends when its parent goes away', async () => {
      const child = start(name)
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
      const { url } = JSON.parse(line) as { url: string }
      const answer = await fetch(`${url}/api/events`, { headers: { 'x-api-key': 'k' } })
      expect(answer.status).toBe(200)
      const ended = once(child, 'exit')
      child.stdin.end()
      expect(await ended).toEqual([0, null])
    })

    it('ends on SIGTERM with 0', async () => {
      const child = start(name)
      await once(createInterface(child.stdout), 'line')
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
    })
  },
)
