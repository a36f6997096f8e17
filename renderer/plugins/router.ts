/** Addresses of the window. They live after `#`, so that every host can serve one and the same page. */
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import { lockedMode } from '../pages/desk/modes/kept-mode.ts'
import { opensLocked } from '../pages/desk/modes/mode-rules.ts'
import type { PageLink } from '../shell/pages.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Message key of the page's title. */
    title: string
    /** The page of the navigation it belongs to. */
    area?: PageLink['name']
    /** The page puts the keyboard focus where it wants it; otherwise it goes to the page's heading. */
    ownFocus?: boolean
  }
}

const routes: readonly RouteRecordRaw[] = [
  { path: '/', redirect: '/desk' },
  {
    path: '/desk',
    name: 'desk',
    component: () => import('../pages/desk/DeskPage.vue'),
    meta: { title: 'shell.pages.desk', area: 'desk', ownFocus: true },
  },
  {
    path: '/desk/tags',
    name: 'tags',
    component: () => import('../pages/desk/tags/TagsPage.vue'),
    meta: { title: 'shell.pages.tags', area: 'desk', ownFocus: true },
  },
  {
    path: '/sync',
    name: 'sync',
    component: () => import('../pages/sync/SyncPage.vue'),
    meta: { title: 'shell.pages.sync', area: 'sync' },
  },
  {
    path: '/targets',
    name: 'targets',
    component: () => import('../pages/targets/TargetsPage.vue'),
    meta: { title: 'shell.pages.targets', area: 'targets' },
  },
  {
    path: '/targets/new',
    name: 'target-setup',
    component: () => import('../pages/targets/TargetSetupPage.vue'),
    meta: { title: 'shell.pages.targetSetup', area: 'targets' },
  },
  {
    path: '/targets/:name',
    name: 'target',
    component: () => import('../pages/targets/TargetPage.vue'),
    props: true,
    meta: { title: 'shell.pages.target', area: 'targets' },
  },
  {
    path: '/attention',
    name: 'attention',
    component: () => import('../pages/attention/AttentionPage.vue'),
    meta: { title: 'shell.pages.attention', area: 'attention' },
  },
  {
    path: '/data/:entity?',
    name: 'data',
    component: () => import('../pages/data/DataPage.vue'),
    props: true,
    meta: { title: 'shell.pages.data', area: 'data' },
  },
  {
    path: '/print',
    name: 'print',
    component: () => import('../pages/print/PrintPage.vue'),
    meta: { title: 'shell.pages.print', area: 'data' },
  },
  {
    path: '/import',
    name: 'import',
    component: () => import('../pages/data/ImportPage.vue'),
    meta: { title: 'shell.pages.import', area: 'data' },
  },
  {
    path: '/activity',
    name: 'activity',
    component: () => import('../pages/activity/ActivityPage.vue'),
    meta: { title: 'shell.pages.activity', area: 'activity' },
  },
  {
    path: '/readiness',
    name: 'readiness',
    component: () => import('../pages/readiness/ReadinessPage.vue'),
    meta: { title: 'shell.pages.readiness', area: 'readiness' },
  },
  {
    path: '/devices',
    name: 'devices',
    component: () => import('../pages/devices/DevicesPage.vue'),
    meta: { title: 'shell.pages.devices', area: 'devices' },
  },
  {
    path: '/settings',
    name: 'settings',
    component: () => import('../pages/settings/SettingsPage.vue'),
    meta: { title: 'shell.pages.settings', area: 'settings' },
  },
  {
    path: '/:missing(.*)*',
    name: 'not-found',
    component: () => import('../pages/NotFoundPage.vue'),
    meta: { title: 'shell.pages.notFound' },
  },
]

/** The window's router; pages are loaded when first opened. */
export function createAddresses() {
  const router = createRouter({ history: createWebHashHistory(), routes: [...routes] })
  // Whoever works at a locked desk gets no further than their mode, by key or address.
  router.beforeEach(({ name }) =>
    lockedMode.value && !opensLocked(lockedMode.value, name) ? '/desk' : true,
  )
  return router
}
