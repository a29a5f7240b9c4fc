// How many pieces the basket holds, on pages that are the same for everybody. Without it the basket is there without a number.
(() => {
  const show = () => {
    const tool = document.getElementById("basket-tool");
    if (!tool) return;
    const kept = document.cookie.split("; ").find((cookie) => cookie.startsWith(`pieces_${tool.dataset.market}=`));
    const pieces = parseInt((kept || "").split("=")[1], 10);
    let count = tool.querySelector(".count");
    if (!(pieces > 0)) return count && count.remove();
    if (!count) {
      count = tool.appendChild(document.createElement("span"));
      count.className = "count";
    }
    count.textContent = pieces;
  };
  show();
  addEventListener("pageshow", (event) => event.persisted && show());
})();
