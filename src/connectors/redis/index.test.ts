import { testPlugin } from '../../connect/testing/index.ts'
import { redisPlugins } from './index.ts'

for (const plugin of redisPlugins) testPlugin(plugin)
