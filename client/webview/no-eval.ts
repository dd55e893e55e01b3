import { config } from 'zod';

// A page whose policy forbids eval reports even the schema library's probe for it. The flag is read when a
// schema is made, so this module comes before every module that makes one.
config({ jitless: true });
