async function show() {
  const response = await fetch("/api/lines");
  const lines = (await response.json()) ?? [];
  const items = lines.map(({ time, text }) => {
    const item = document.createElement("li");
    item.textContent = `${time} ${text}`;
    return item;
  });
  document.getElementById("lines").replaceChildren(...items);
}

show();
setInterval(show, 1000);
