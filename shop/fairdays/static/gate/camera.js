// Reading a QR with the camera: the browser's own reader where it has one, else the one that we serve (zxing).
import { config, t } from "./words.js";

const AGAIN = 180;
const SAME = 4_000; // ms in which one badge before the camera is one scan

// Begin looking; answers a function that ends it.
export async function look(video, onCode, say) {
  say(t("camera_starting"));
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    video.srcObject = stream;
    await video.play();
  } catch {
    say(t("camera_denied"));
    return null;
  }
  const read = (await ownReader()) ?? (await servedReader());
  say(t(read ? "camera_seeking" : "camera_denied"));
  let last = { text: "", at: 0 }, isOver = false;
  const step = async () => {
    if (isOver) return;
    const text = read ? await read(video).catch(() => null) : null;
    const at = performance.now();
    if (text && !(text === last.text && at - last.at < SAME)) onCode(text);
    if (text) last = { text, at };
    setTimeout(step, AGAIN);
  };
  step();
  return () => {
    isOver = true;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
}

async function ownReader() {
  if (!("BarcodeDetector" in window)) return null;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!known.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
}

let loading = null;

async function servedReader() {
  loading ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = config.decoder;
    script.onload = () => done(true);
    script.onerror = () => done(false);
    document.head.append(script);
  });
  if (!(await loading)) { loading = null; return null; }
  const Z = window.ZXing, reader = new Z.MultiFormatReader();
  reader.setHints(new Map([[Z.DecodeHintType.POSSIBLE_FORMATS, [Z.BarcodeFormat.QR_CODE]]]));
  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  return async (source) => {
    if (!source.videoWidth) return null;
    const scale = Math.min(1, 960 / Math.max(source.videoWidth, source.videoHeight));
    canvas.width = Math.round(source.videoWidth * scale);
    canvas.height = Math.round(source.videoHeight * scale);
    paper.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      const light = new Z.HTMLCanvasElementLuminanceSource(canvas);
      return reader.decodeWithState(new Z.BinaryBitmap(new Z.HybridBinarizer(light))).getText();
    } catch {
      return null; // nothing in this picture
    }
  };
}
