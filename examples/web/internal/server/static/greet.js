"use strict";

const form = document.getElementById("form");
const greeting = document.getElementById("greeting");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const query = new URLSearchParams(new FormData(form));
  const response = await fetch(`/api/greeting?${query}`);
  greeting.value = response.ok ? (await response.json()).greeting : await response.text();
});
