import packageFile from '../../../package.json' with { type: 'json' }

/** Version of this Marshal, as in package.json. */
export const version: string = packageFile.version
