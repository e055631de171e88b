/** All that there is under /api/, in groups. */
import type { Routes } from '../services.ts'

export const routes: readonly Routes[] = []
