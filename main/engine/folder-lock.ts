/** The lock hosts hold on their data folder, for those that must not start the whole engine to get it. */
export { lockFile, type FolderLock } from './db/folder-lock.ts'
