/** Electron's `protocol`, and every request of every page: ours are answered by the app, others do not leave here. */
import type { Frame, Route } from 'playwright-core'
import { appAddresses, fromChromium } from './addresses.ts'

/** Whether a page may go to an address; the windows, which know their pages, supply it. */
type NavigationRule = (frame: Frame, url: string) => boolean

let mayNavigate: NavigationRule = () => true

export function askAboutNavigation(rule: NavigationRule): void {
  mayNavigate = rule
}

type Handler = (request: Request) => Promise<Response> | Response

const handlers = new Map<string, Handler>()
export const declaredSchemes: unknown[] = []

export const protocol = {
  registerSchemesAsPrivileged: (schemes: readonly unknown[]) =>
    void declaredSchemes.push(...schemes),
  handle: (scheme: string, handler: Handler) => void handlers.set(scheme, handler),
}

/** Asks the app's own handler, as a request of the page would. */
export async function fetchFromApp(url: string, method = 'GET'): Promise<Response> {
  const handler = handlers.get('app')
  if (handler === undefined) throw new Error('nobody handles app://')
  return handler(requestAs(url, method))
}

/** Node tidies addresses when it makes a Request; Electron hands over what the page asked for. */
function requestAs(url: string, method: string): Request {
  const request = new Request('app://placeholder/', { method })
  return Object.defineProperty(request, 'url', { value: url })
}

/** Decides about one request of Chromium. */
export async function answerRoute(route: Route): Promise<void> {
  const request = route.request()
  const url = fromChromium(request.url())
  if (request.isNavigationRequest() && !mayNavigate(request.frame(), url)) {
    return route.abort('aborted')
  }
  if (!appAddresses.test(request.url())) {
    // Tests need a page of another origin; everything else has no business on the network.
    if (request.isNavigationRequest() && request.url().startsWith('http://other.test/')) {
      return route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><title>other</title>',
      })
    }
    return route.abort('internetdisconnected')
  }
  const response = await fetchFromApp(url, request.method())
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  })
}
