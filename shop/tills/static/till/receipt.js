// The receipt on 80 mm paper, from the server's answer or, without the network, from what the till itself wrote down.
import { paidLines, sums, totalOf } from "./basket.js";
import { showMoment } from "./days.js";
import { $, h, put, svg } from "./dom.js";
import { amountOf, dong, grouped } from "./money.js";
import { spoken } from "./text.js";
import { config, t } from "./words.js";

const WIDTH = 80; // mm of the paper; 72 of them are printed

// What a sale looks like on paper before the server has numbered it; the same shape as the server's receipt.
export function localReceipt(till, basket, body) {
  const paid = paidLines(basket);
  const lines = basket.lines.map((line, place) => ({
    position: place + 1, sku: line.sku, name: line.name, label: line.label, unit: line.unit, quantity: line.quantity,
    unit_price: line.price, line_total: totalOf(line), discount: totalOf(line) - paid[place], total: paid[place],
    stars: line.stars,
  }));
  const { lines: lines_total, discount } = sums(basket);
  return {
    state: "local", uuid: body.uuid, code: null, kind: "sale", store: till.store, till: till.till.name,
    cashier: till.cashier.name, sold_at: body.sold_at, is_offline: body.is_offline, lines, lines_total, discount,
    rounding: body.rounding, total: body.total, tenders: body.tenders, cash_given: body.cash_given,
    change: changeOf(body), customer_phone: body.customer_phone,
  };
}

const changeOf = (body) => {
  const kept = body.tenders.filter((one) => one.way === "cash").reduce((sum, one) => sum + one.amount, 0);
  return body.cash_given === null ? null : body.cash_given - kept;
};

// Text of the QR: what a return is found by, at this till and at the others.
export const qrText = (sale) => (sale.code
  ? new URL(`${sale.receipt_path ?? "/"}#${sale.code}`, config.base).href : `ocop-till:${sale.uuid}`);

export function receiptPaper(sale, { isCopy = false } = {}) {
  const isReturn = sale.kind === "return";
  return h("div", { class: "slip" }, head(sale.store),
    h("h2", {}, t(isReturn ? "slip_return" : "slip_sale")),
    isCopy && h("p", { class: "slip-mid" }, t("slip_copy")),
    facts([
      [t("slip_number"), sale.code ?? t("slip_later")], sale.of_sale && [t("slip_of"), sale.of_sale],
      [t("slip_time"), showMoment(Date.parse(sale.sold_at))], [t("slip_cashier"), `${sale.cashier} · ${sale.till}`],
    ]),
    h("ol", { class: "slip-lines" }, sale.lines.map(line)),
    sumsOf(sale, isReturn),
    h("div", { class: "slip-qr" }, qr(qrText(sale))),
    h("p", { class: "slip-mid" }, t(isReturn ? "slip_return_thanks" : sale.code ? "slip_thanks" : "slip_thanks_offline")));
}

function line(one) {
  const many = one.unit === "gram" ? `${amountOf(one.quantity, one.unit)} × ${grouped(one.unit_price)}/kg` : `${one.quantity} × ${grouped(one.unit_price)}`;
  return h("li", {}, h("b", {}, `${one.name}`), h("span", { class: "slip-row" }, h("span", {}, `${one.label} · ${t("stars", { n: one.stars })}`)),
    h("span", { class: "slip-row" }, h("span", {}, many), h("span", {}, grouped(one.line_total))),
    one.discount > 0 && h("span", { class: "slip-row" }, h("span", {}, t("discount")), h("span", {}, `-${grouped(one.discount)}`)));
}

function sumsOf(sale, isReturn) {
  const rows = [
    (sale.discount > 0 || sale.rounding !== 0) && [t("subtotal"), grouped(sale.lines_total)],
    sale.discount > 0 && [t("discount"), `-${grouped(sale.discount)}`],
    sale.rounding !== 0 && [t("rounding_cash"), signed(sale.rounding)],
  ];
  const paid = sale.tenders.map((one) => [`${t(`way_${one.way}`)}${one.reference && one.way === "card" ? ` ${one.reference}` : ""}`, grouped(one.amount)]);
  const change = !isReturn && sale.cash_given > 0 && sale.change > 0
    ? [[t("cash_given"), grouped(sale.cash_given)], [t("change"), grouped(sale.change)]] : [];
  return h("dl", { class: "slip-sums" }, pairs(rows),
    pairs([[t(isReturn ? "given_back" : "total"), dong(sale.total)]], "slip-total"), pairs(paid), pairs(change));
}

// X and Z reports, on the same paper.
export function reportPaper(report) {
  const seen = report.is_blind ? report.ways.filter((one) => one.taken !== null) : report.ways;
  const ways = seen.flatMap((one) => [
    [`${t(`way_${one.way}`)} (${one.count})`, grouped(one.taken)],
    one.given_back > 0 && [t("given_back"), less(one.given_back)],
  ]);
  const vat = report.vat.map((one) => [one.vat_kind ? t(`vat_${one.vat_kind}`) : `VAT ${String(one.vat_bp / 100).replace(".", ",")}%`, `${grouped(one.gross)} (${grouped(one.vat)})`]);
  const notes = Object.entries(report.denominations ?? {}).filter(([, n]) => n > 0).sort((a, b) => b[0] - a[0])
    .map(([note, n]) => [`${grouped(Number(note))} × ${n}`, grouped(note * n)]);
  return h("div", { class: "slip" }, head(report.store),
    h("h2", {}, t(report.is_closed ? "report_z" : "report_x", { n: report.number })),
    facts([
      [t("till"), `${report.till.name} (${report.till.code})`], [t("shift"), report.code],
      [t("opened"), `${showMoment(Date.parse(report.opened_at))} · ${report.opened_by}`],
      report.is_closed && [t("closed"), `${showMoment(Date.parse(report.closed_at))} · ${report.closed_by}`],
      !report.is_closed && [t("printed"), showMoment(Date.parse(report.made_at))],
    ]),
    list([[`${t("sales")} (${report.sales_count})`, report.is_blind ? "" : grouped(report.sales_total)],
      [`${t("returns")} (${report.returns_count})`, report.is_blind ? "" : less(report.returns_total)],
      [t("discounts_within"), grouped(report.discount_total)], [t("rounding_cash"), signed(report.rounding_total)]]),
    h("h3", {}, t("by_way")), list(ways), vat.length > 0 && h("h3", {}, t("vat_within")), list(vat),
    h("h3", {}, t("drawer")),
    list([[t("float"), grouped(report.float)], !report.is_blind && [t("cash_net"), grouped(cashNet(report))],
      [t("pay_in"), grouped(report.pay_in)], [t("pay_out"), less(report.pay_out)],
      report.exceptions_cash > 0 && [t("exceptions_cash"), grouped(report.exceptions_cash)]]),
    report.is_blind ? h("p", {}, t("report_blind")) : h("dl", { class: "slip-sums" }, pairs([[t("expected"), dong(report.expected)]], "slip-total"),
      report.counted !== null && pairs([[t("counted"), dong(report.counted)], [t("difference"), dong(report.difference)]])),
    list(notes), listed(t("pay_entries"), report.cash_entries, (one) => [`${t(one.kind)}: ${one.reason}`, grouped(one.amount)]),
    listed(t("unreconciled"), report.unreconciled, (one) => [`${one.sale} ${one.memo}`, grouped(one.amount)]),
    listed(t("exceptions"), report.exceptions, (one) => [one.code, report.is_blind ? "" : grouped(one.total)]),
    report.note && h("p", {}, report.note), h("p", { class: "slip-sign" }, t("signed")));
}

const signed = (amount) => `${amount > 0 ? "+" : ""}${grouped(amount)}`;

const less = (amount) => grouped(amount ? -amount : 0);

const cashNet = (report) => report.ways.filter((one) => one.way === "cash").reduce((sum, one) => sum + one.taken - one.given_back, 0);

const listed = (title, all, row) => (all.length ? [h("h3", {}, title), list(all.map(row))] : null);

const list = (rows) => h("dl", { class: "slip-sums" }, pairs(rows));

function head(store) {
  return h("div", { class: "slip-head" }, h("b", {}, store.name), h("span", {}, store.address),
    store.phone && h("span", {}, t("slip_phone", { phone: spoken(store.phone) })), h("span", {}, store.seller), h("span", {}, t("slip_tax", { code: store.tax_code })));
}

const facts = (rows) => h("dl", { class: "slip-facts" }, pairs(rows));

const pairs = (rows, kind = null) => rows.filter(Boolean).map(([name, value]) =>
  h("div", { class: kind ? `slip-row ${kind}` : "slip-row" }, h("dt", {}, name), h("dd", {}, value)));

// A QR code as one path; drawn here, since a receipt is printed without the network too.
export function qr(text) {
  const code = window.qrcode(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  let path = "";
  for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`;
  return svg("svg", { viewBox: `-2 -2 ${size + 4} ${size + 4}`, class: "qr-code", "aria-hidden": "true", "shape-rendering": "crispEdges" },
    svg("path", { d: path, fill: "#000" }));
}

// Print one piece of paper as long as it is and no longer. The browser asks unless it was started for silent printing.
export function printPaper(paper) {
  put($("paper"), paper);
  const height = Math.ceil(($("paper").getBoundingClientRect().height * 25.4) / 96) + 8;
  pageRule(`@page { size: ${WIDTH}mm ${Math.max(height, 40)}mm; margin: 0 }`);
  window.print();
}

let sheet = null;

function pageRule(text) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  sheet.replaceSync(text);
}
