import VueI18n from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import vuetify from 'vite-plugin-vuetify'
import { settingsForms } from './scripts/settings-forms.ts'

const root = import.meta.dirname

/** Programs of the main side; those that run in a thread or process of their own are optional. */
const mainEntries = {
  index: 'main/index.ts',
  'edge-host': 'main/edge.ts',
  'expression-worker': 'main/engine/expressions/worker.ts',
  'transform-worker': 'main/engine/expressions/transform-worker.ts',
  'workbook-worker': 'main/engine/import/workbook/worker.ts',
}

/** Packages with native code stay where they are; they find their binary beside themselves. */
const native = ['keytar', 'sqlite3']
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
}
const bundled = Object.keys(dependencies).filter((name) => !native.includes(name))

export default defineConfig({
  main: {
    plugins: [marshalCommand()],
    build: {
      sourcemap: true,
      // One file loads three times as fast as the hundreds of its packages: the command starts in a fraction of a second.
      externalizeDeps: { exclude: bundled },
      rolldownOptions: {
        input: Object.fromEntries(
          Object.entries(mainEntries)
            .map(([name, path]) => [name, join(root, path)] as const)
            .filter(([, path]) => existsSync(path)),
        ),
        // All files side by side: `import.meta.dirname` means out/main in every built module.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // The sandbox offers a preload script only `require('electron')`: one CommonJS file.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: join(root, 'preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: join(root, 'renderer'),
    plugins: [
      settingsForms(root),
      vue(),
      vuetify({ autoImport: true }),
      // Messages become data here: compiling them in the window would need eval, which the CSP forbids.
      VueI18n({ include: join(root, 'renderer/locales/**/*.json'), strictMessage: false }),
    ],
    build: {
      minify: true,
      rolldownOptions: { input: join(root, 'renderer/index.html') },
    },
  },
})

/** Puts the launcher in front of the headless host, as out/main/edge.js (the package's `bin`). */
function marshalCommand(): Plugin {
  const launcher = join(root, 'scripts/launcher.mjs')
  return {
    name: 'marshal-command',
    generateBundle() {
      this.addWatchFile(launcher)
      this.emitFile({ type: 'asset', fileName: 'edge.js', source: readFileSync(launcher, 'utf8') })
    },
  }
}
