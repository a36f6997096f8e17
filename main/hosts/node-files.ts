import { statfs } from 'node:fs/promises'
import type { Files } from '../engine/ports.ts'

/** The data folder on this computer's disk. */
export function nodeFiles(dataDir: string): Files {
  return {
    dataDir,
    async freeBytes() {
      const disk = await statfs(dataDir)
      return disk.bavail * disk.bsize
    },
  }
}
