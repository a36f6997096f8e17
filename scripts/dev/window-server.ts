/** The window from its sources, changed in the open page as files change; what it asks of the engine is passed on. */
import { createServer, type InlineConfig, type Plugin } from 'vite'
import config from '../../electron.vite.config.ts'

export interface WindowServerOptions {
  /** Folder of the project, absolute. */
  readonly root: string
  /** The next free one is taken where somebody else has it. */
  readonly port: number
  readonly engine: { readonly url: string; readonly state: { readonly isRunning: boolean } }
}

export interface WindowServer {
  /** Base address, without a slash at the end. */
  readonly url: string
  close(): Promise<void>
}

const host = '127.0.0.1'
const ofTheEngine = /^\/(rpc|api|sign-in|hooks|healthz|metrics)(\/|\?|$)/

/** Starts it. Throws when no port is free. */
export async function serveWindow(options: WindowServerOptions): Promise<WindowServer> {
  const { root, port, engine } = options
  const { renderer } = config as { readonly renderer: InlineConfig }
  const server = await createServer({
    ...renderer,
    configFile: false,
    cacheDir: `${root}/node_modules/.cache/vite`,
    clearScreen: false,
    // Components are imported as templates name them: what is found only then makes the page load anew.
    optimizeDeps: { include: ['vuetify/components/*', 'vuetify/directives/*'] },
    logLevel: 'warn',
    plugins: [hungUpWhileAway(engine.state), ...(renderer.plugins ?? [])],
    server: {
      host,
      port,
      // The window shares main/contract with the engine.
      fs: { allow: [root] },
      proxy: {
        [ofTheEngine.source]: {
          target: engine.url,
          // The engine takes only its own name and origin: those of this page become them, others stay refused.
          changeOrigin: true,
          configure: (proxy) =>
            void proxy.on('proxyReq', (outgoing, incoming) => {
              const own = `http://${incoming.headers.host ?? ''}`
              if (incoming.headers.origin === own && own === urlOf(server.httpServer))
                outgoing.setHeader('origin', engine.url)
            }),
        },
      },
    },
  })
  await server.listen()
  return { url: urlOf(server.httpServer), close: () => server.close() }
}

/** A connection that breaks is what the window knows as an engine that is away; an answer of the proxy is none. */
function hungUpWhileAway(engine: { readonly isRunning: boolean }): Plugin {
  return {
    name: 'hung-up-while-away',
    configureServer: ({ middlewares }) =>
      void middlewares.use((request, _response, next) => {
        if (engine.isRunning || !ofTheEngine.test(request.url ?? '')) next()
        else request.socket.destroy()
      }),
  }
}

/** `''` while it does not listen. */
function urlOf(server: { address(): unknown } | null): string {
  const address = server?.address() as { readonly port: number } | null | undefined
  return address ? `http://${host}:${address.port}` : ''
}
