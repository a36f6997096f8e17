/** Start of the window. */
import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import App from './App.vue'
import { keepSelectsFromLetters } from './composables/careful-selects.ts'
import { provideEngine } from './composables/use-engine.ts'
import { provideLive } from './composables/use-live.ts'
import { listenForShortcuts } from './composables/use-shortcuts.ts'
import { connectToEngine } from './engine-client.ts'
import { createMessages, pickLanguage } from './plugins/i18n.ts'
import { createQueryCache } from './plugins/query.ts'
import { createAddresses } from './plugins/router.ts'
import { createLook } from './plugins/vuetify.ts'

const connection = await connectToEngine()
const language = pickLanguage('system', navigator.languages)
const cache = createQueryCache()
const app = createApp(App)

const engine = provideEngine(app, connection)
provideLive(app, connection, engine, cache)
listenForShortcuts()
keepSelectsFromLetters()

app
  .use(createLook(language))
  .use(createMessages(language))
  .use(VueQueryPlugin, { queryClient: cache })
  .use(createAddresses())
  .mount('#app')
