import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './connection.js';

// The transport is what the arguments name: --stdio, --node-ipc, --socket=PORT or --pipe=NAME.
serve(createConnection(ProposedFeatures.all));
