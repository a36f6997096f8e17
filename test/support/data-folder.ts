import { afterEach, beforeEach } from 'vitest'
import { dataFolderForTest } from './run-marshal.ts'

/** Gives each test of a file a data folder of its own, and takes it away afterwards. */
export function withDataFolder(use: (dir: string) => void): void {
  let remove = async () => {}
  beforeEach(async () => {
    const folder = await dataFolderForTest()
    remove = folder.remove
    use(folder.dir)
  })
  afterEach(() => remove())
}
