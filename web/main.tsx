/** leat's console: what a browser loads first. It asks leat's API alone, and keeps nothing. */
import { render } from 'preact'
import './styles/index.css'
import { App } from './app.tsx'
import { watchAttention } from './state/attended.ts'
import { followLinks } from './state/place.ts'
import { findOut } from './state/session.ts'

followLinks()
watchAttention()
void findOut()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
