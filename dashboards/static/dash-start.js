/* Starts Dash. A file of its own, so that no page needs a script inside it (Content-Security-Policy). */
var renderer = new DashRenderer(); // eslint-disable-line
