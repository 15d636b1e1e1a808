// The SDK would tell on every run that its next versions need a newer Node. This one is pinned.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
