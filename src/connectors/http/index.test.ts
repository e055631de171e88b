import { testPlugin } from '../../connect/testing/index.ts'
import { httpPlugins } from './index.ts'

for (const plugin of httpPlugins) testPlugin(plugin)
