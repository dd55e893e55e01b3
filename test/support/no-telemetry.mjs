// ONNX Runtime asks for this when it is loaded.
process.env.ORT_DISABLE_TELEMETRY = '1';
