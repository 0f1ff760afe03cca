/* A shared worker: one EventSource for all tabs of this browser. It repeats the last "hello" to a tab that comes late. */
"use strict";
const ports = new Set();
let source = null;
let last = null;

const tell = (message) => ports.forEach((port) => port.postMessage(message));

const connect = () => {
  source = new EventSource("/live");
  for (const name of ["hello", "lake", "search", "ticket", "writing", "signs"])
    source.addEventListener(name, (event) => {
      const message = { name, data: JSON.parse(event.data) };
      if (name === "hello" || name === "lake") last = message;
      tell(message);
    });
  source.onopen = () => tell({ name: "here" });
  source.onerror = () => {
    const closed = source.readyState === EventSource.CLOSED;
    tell({ name: "away", closed });
    if (closed) setTimeout(connect, 5000);
  };
};

const greet = (port) => {
  ports.add(port);
  if (!source) connect();
  else if (last) port.postMessage({ name: "hello", data: last.data });
};

onconnect = (event) => {
  const port = event.ports[0];
  port.onmessage = (message) => (message.data === "bye" ? ports.delete(port) : greet(port));
  greet(port);
};
