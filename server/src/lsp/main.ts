import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './connection.js';
import { MessageOrder } from './message-order.js';

const order = new MessageOrder();
// The transport is what the arguments name: --stdio, --node-ipc, --socket=PORT or --pipe=NAME.
const connection = createConnection(ProposedFeatures.all, { messageStrategy: order });
order.refuse(connection);
serve(connection);
