/** How the program that runs is found again: to start it anew, and with the computer. */

export interface Program {
  readonly execPath: string
  /** Without the program itself. */
  readonly args: readonly string[]
}

/**
 * The program a person started. An AppImage runs from a folder that is gone when it ends, and tells where it lies itself.
 * Pure.
 */
export function programOf(
  process: Pick<NodeJS.Process, 'env' | 'execPath' | 'argv' | 'platform'>,
): Program {
  const { env, execPath, argv, platform } = process
  const image = platform === 'linux' ? env['APPIMAGE'] : undefined
  return { execPath: image || execPath, args: argv.slice(1) }
}
