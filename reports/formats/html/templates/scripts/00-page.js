(() => {
  document.documentElement.classList.add("script");
  document.getElementById("print").addEventListener("click", () => print());
})();
