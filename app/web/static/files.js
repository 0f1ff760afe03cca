/* Files of a form: chosen, dragged or pasted, each is sent at once, with its progress. Without scripts they go with the form. */
"use strict";
for (const place of document.querySelectorAll("[data-files]")) {
  const form = place.closest("form");
  const chosen = place.querySelector("[type=file]");
  const ids = place.querySelector("[name=attachments]");
  const list = place.querySelector("[data-files-list]");
  const button = form.querySelector("button.primary");
  let waiting = 0;

  const known = () => ids.value.split(",").filter(Boolean);
  const wait = (step) => { waiting += step; button.disabled = waiting > 0; };
  const part = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });

  const send = (file) => {
    const line = part("li");
    const bar = Object.assign(part("progress"), { max: 1, value: 0 });
    const off = Object.assign(part("button", "Remove"), { type: "button" });
    line.append(part("span", file.name), bar, off);
    list.append(line);
    const request = new XMLHttpRequest();
    let id = "";
    off.addEventListener("click", () => {
      request.abort();
      ids.value = known().filter((one) => one !== id).join(",");
      line.remove();
      changed();
    });
    request.upload.addEventListener("progress", (event) => { bar.value = event.loaded / event.total; });
    request.addEventListener("loadend", () => {
      wait(-1);
      bar.remove();
      const answer = request.response;
      if (request.status === 201) {
        id = answer.id;
        ids.value = [...known(), id].join(",");
        changed();
      } else if (request.status) line.insertBefore(part("strong", answer?.detail ?? "It could not be sent."), off);
      else if (line.isConnected) line.insertBefore(part("strong", "It could not be sent; try again."), off);
    });
    request.open("POST", `/api/v1/files?name=${encodeURIComponent(file.name)}`);
    request.responseType = "json";
    request.setRequestHeader("Content-Type", "application/octet-stream");
    wait(1);
    request.send(file);
  };

  const changed = () => ids.dispatchEvent(new Event("input", { bubbles: true }));
  for (const line of list.querySelectorAll("[data-file]")) {
    const off = Object.assign(part("button", "Remove"), { type: "button" });
    off.addEventListener("click", () => {
      ids.value = known().filter((one) => one !== line.dataset.file).join(",");
      line.remove();
      changed();
    });
    line.append(off);
  }

  chosen.addEventListener("change", () => {
    [...chosen.files].forEach(send);
    chosen.value = "";
  });
  form.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    [...event.clipboardData.files].forEach(send);
  });
  form.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    [...event.dataTransfer.files].forEach(send);
  });
}
