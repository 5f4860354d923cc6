-- Triggers of payments and orders, PostgreSQL. Each statement ends with a line of dashes and semicolons.
-- The gate's last door: whatever Python decided, a line is stored, and decided, only on a day that its
-- certificate covers (decision 4). Refusals are check violations, so they arrive as integrity errors.

CREATE FUNCTION local_day(instant timestamptz) RETURNS date LANGUAGE sql IMMUTABLE
AS $$ SELECT (instant AT TIME ZONE 'Asia/Ho_Chi_Minh')::date $$
--;;
CREATE FUNCTION certificate_covers(cert bigint, prod bigint, day date) RETURNS boolean LANGUAGE sql STABLE
AS $$
SELECT EXISTS (SELECT 1 FROM certificate_span s
    WHERE s.certificate_id = cert AND s.product_id = prod AND day BETWEEN s.starts_on AND s.ends_on)
  AND NOT EXISTS (SELECT 1 FROM certificate_suspension p
    WHERE p.certificate_id = cert AND day >= p.from_on AND (p.until_on IS NULL OR day <= p.until_on))
$$
--;;
CREATE FUNCTION order_line_on_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT certificate_covers(NEW.certificate_id, NEW.product_id, NEW.placed_on)
    OR (NEW.decided_on IS NOT NULL AND NOT certificate_covers(NEW.certificate_id, NEW.product_id, NEW.decided_on))
    OR NOT EXISTS (SELECT 1 FROM certificate_span s WHERE s.certificate_id = NEW.certificate_id AND s.stars = NEW.stars)
  THEN RAISE EXCEPTION 'order_line_uncovered' USING ERRCODE = 'check_violation'; END IF;
  IF NOT EXISTS (
    SELECT 1 FROM shop_order o JOIN sku k ON k.id = NEW.sku_id JOIN listing l ON l.id = k.listing_id
    WHERE o.id = NEW.order_id AND o.placed_on = NEW.placed_on AND l.product_id = NEW.product_id
      AND (NEW.decided_at IS NULL
        OR (NEW.decided_at IS NOT DISTINCT FROM o.decided_at AND NEW.decided_on = local_day(NEW.decided_at))))
  THEN RAISE EXCEPTION 'order_line_unfit' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
--;;
CREATE TRIGGER order_line_on_insert BEFORE INSERT ON order_line
FOR EACH ROW EXECUTE FUNCTION order_line_on_insert()
--;;
CREATE FUNCTION order_line_on_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was order_line := OLD;
BEGIN
  IF OLD.decided_at IS NULL THEN
    was.decided_at := NEW.decided_at;
    was.decided_on := NEW.decided_on;
  END IF;
  IF was IS DISTINCT FROM NEW THEN RAISE EXCEPTION 'order_line_frozen' USING ERRCODE = 'check_violation'; END IF;
  IF OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL AND (
    NEW.decided_on IS DISTINCT FROM local_day(NEW.decided_at)
    OR NOT certificate_covers(NEW.certificate_id, NEW.product_id, NEW.decided_on))
  THEN RAISE EXCEPTION 'order_line_uncovered' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
--;;
CREATE TRIGGER order_line_on_update BEFORE UPDATE ON order_line
FOR EACH ROW EXECUTE FUNCTION order_line_on_update()
--;;
CREATE FUNCTION shop_order_on_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.placed_on IS DISTINCT FROM local_day(NEW.placed_at)
    OR (NEW.decided_at IS NOT NULL AND NEW.decided_on IS DISTINCT FROM local_day(NEW.decided_at))
  THEN RAISE EXCEPTION 'shop_order_day' USING ERRCODE = 'check_violation'; END IF;
  IF TG_OP = 'UPDATE' AND (
    (NEW.number, NEW.cart_id, NEW.seller_id, NEW.store_id, NEW.lines_total_vnd, NEW.discount_total_vnd,
     NEW.charges_total_vnd, NEW.total_vnd, NEW.placed_at, NEW.placed_on)
    IS DISTINCT FROM
    (OLD.number, OLD.cart_id, OLD.seller_id, OLD.store_id, OLD.lines_total_vnd, OLD.discount_total_vnd,
     OLD.charges_total_vnd, OLD.total_vnd, OLD.placed_at, OLD.placed_on)
    OR (OLD.decided_at IS NOT NULL
      AND (NEW.decided_at, NEW.decided_on) IS DISTINCT FROM (OLD.decided_at, OLD.decided_on)))
  THEN RAISE EXCEPTION 'shop_order_frozen' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
--;;
CREATE TRIGGER shop_order_on_write BEFORE INSERT OR UPDATE ON shop_order
FOR EACH ROW EXECUTE FUNCTION shop_order_on_write()
--;;
CREATE FUNCTION orders_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append_only: %', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END $$
--;;
CREATE TRIGGER order_line_kept BEFORE DELETE ON order_line FOR EACH ROW EXECUTE FUNCTION orders_append_only()
--;;
CREATE TRIGGER shop_order_kept BEFORE DELETE ON shop_order FOR EACH ROW EXECUTE FUNCTION orders_append_only()
--;;
CREATE TRIGGER order_line_lot_append BEFORE UPDATE OR DELETE ON order_line_lot
FOR EACH ROW EXECUTE FUNCTION orders_append_only()
--;;
CREATE TRIGGER order_charge_append BEFORE UPDATE OR DELETE ON order_charge
FOR EACH ROW EXECUTE FUNCTION orders_append_only()
--;;
CREATE TRIGGER order_event_append BEFORE UPDATE OR DELETE ON order_event
FOR EACH ROW EXECUTE FUNCTION orders_append_only()
--;;
CREATE TRIGGER payment_event_append BEFORE UPDATE OR DELETE ON payment_event
FOR EACH ROW EXECUTE FUNCTION orders_append_only()
