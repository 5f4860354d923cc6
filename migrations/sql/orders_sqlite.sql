-- Triggers of payments and orders, SQLite. Each statement ends with a line of dashes and semicolons.
-- The gate's last door: whatever Python decided, a line is stored, and decided, only on a day that its
-- certificate covers (decision 4). Việt Nam is UTC+7 all year, and instants are stored in UTC.

CREATE TRIGGER order_line_covered_insert BEFORE INSERT ON order_line
WHEN NOT EXISTS (
    SELECT 1 FROM certificate_span s
    WHERE s.certificate_id = NEW.certificate_id AND s.product_id = NEW.product_id AND s.stars = NEW.stars
      AND NEW.placed_on BETWEEN s.starts_on AND s.ends_on
      AND (NEW.decided_on IS NULL OR NEW.decided_on BETWEEN s.starts_on AND s.ends_on)
      AND NOT EXISTS (
        SELECT 1 FROM certificate_suspension p WHERE p.certificate_id = s.certificate_id
          AND ((NEW.placed_on >= p.from_on AND (p.until_on IS NULL OR NEW.placed_on <= p.until_on))
            OR (NEW.decided_on >= p.from_on AND (p.until_on IS NULL OR NEW.decided_on <= p.until_on)))))
BEGIN SELECT RAISE(ABORT, 'order_line_uncovered'); END
--;;
CREATE TRIGGER order_line_fits_order BEFORE INSERT ON order_line
WHEN NOT EXISTS (
    SELECT 1 FROM shop_order o JOIN sku k ON k.id = NEW.sku_id JOIN listing l ON l.id = k.listing_id
    WHERE o.id = NEW.order_id AND o.placed_on = NEW.placed_on AND l.product_id = NEW.product_id
      AND (NEW.decided_at IS NULL OR (NEW.decided_at IS o.decided_at AND NEW.decided_on = date(NEW.decided_at, '+7 hours'))))
BEGIN SELECT RAISE(ABORT, 'order_line_unfit'); END
--;;
CREATE TRIGGER order_line_covered_update BEFORE UPDATE ON order_line
WHEN OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL AND (
    NEW.decided_on IS NOT date(NEW.decided_at, '+7 hours') OR NOT EXISTS (
    SELECT 1 FROM certificate_span s
    WHERE s.certificate_id = NEW.certificate_id AND s.product_id = NEW.product_id
      AND NEW.decided_on BETWEEN s.starts_on AND s.ends_on
      AND NOT EXISTS (
        SELECT 1 FROM certificate_suspension p WHERE p.certificate_id = s.certificate_id
          AND NEW.decided_on >= p.from_on AND (p.until_on IS NULL OR NEW.decided_on <= p.until_on))))
BEGIN SELECT RAISE(ABORT, 'order_line_uncovered'); END
--;;
CREATE TRIGGER order_line_frozen BEFORE UPDATE ON order_line
WHEN (OLD.decided_at IS NOT NULL AND (NEW.decided_at IS NOT OLD.decided_at OR NEW.decided_on IS NOT OLD.decided_on))
  OR NEW.id IS NOT OLD.id OR NEW.order_id IS NOT OLD.order_id OR NEW.position IS NOT OLD.position
  OR NEW.sku_id IS NOT OLD.sku_id OR NEW.product_id IS NOT OLD.product_id OR NEW.sku_code IS NOT OLD.sku_code
  OR NEW.slug IS NOT OLD.slug OR NEW.product_name IS NOT OLD.product_name
  OR NEW.producer_name IS NOT OLD.producer_name OR NEW.label IS NOT OLD.label OR NEW.unit IS NOT OLD.unit
  OR NEW.quantity IS NOT OLD.quantity OR NEW.unit_price_vnd IS NOT OLD.unit_price_vnd
  OR NEW.line_total_vnd IS NOT OLD.line_total_vnd OR NEW.vat_bp IS NOT OLD.vat_bp
  OR NEW.certificate_id IS NOT OLD.certificate_id OR NEW.certificate_code IS NOT OLD.certificate_code
  OR NEW.certificate_number IS NOT OLD.certificate_number OR NEW.stars IS NOT OLD.stars
  OR NEW.placed_on IS NOT OLD.placed_on
BEGIN SELECT RAISE(ABORT, 'order_line_frozen'); END
--;;
CREATE TRIGGER order_line_kept BEFORE DELETE ON order_line BEGIN SELECT RAISE(ABORT, 'order_line_frozen'); END
--;;
CREATE TRIGGER shop_order_placed BEFORE INSERT ON shop_order
WHEN NEW.placed_on IS NOT date(NEW.placed_at, '+7 hours')
  OR (NEW.decided_at IS NOT NULL AND NEW.decided_on IS NOT date(NEW.decided_at, '+7 hours'))
BEGIN SELECT RAISE(ABORT, 'shop_order_day'); END
--;;
CREATE TRIGGER shop_order_frozen BEFORE UPDATE ON shop_order
WHEN NEW.number IS NOT OLD.number OR NEW.cart_id IS NOT OLD.cart_id OR NEW.seller_id IS NOT OLD.seller_id
  OR NEW.store_id IS NOT OLD.store_id OR NEW.lines_total_vnd IS NOT OLD.lines_total_vnd
  OR NEW.discount_total_vnd IS NOT OLD.discount_total_vnd
  OR NEW.charges_total_vnd IS NOT OLD.charges_total_vnd OR NEW.total_vnd IS NOT OLD.total_vnd
  OR NEW.placed_at IS NOT OLD.placed_at OR NEW.placed_on IS NOT OLD.placed_on
  OR (OLD.decided_at IS NOT NULL AND (NEW.decided_at IS NOT OLD.decided_at OR NEW.decided_on IS NOT OLD.decided_on))
  OR (NEW.decided_at IS NOT NULL AND NEW.decided_on IS NOT date(NEW.decided_at, '+7 hours'))
BEGIN SELECT RAISE(ABORT, 'shop_order_frozen'); END
--;;
CREATE TRIGGER shop_order_kept BEFORE DELETE ON shop_order BEGIN SELECT RAISE(ABORT, 'shop_order_frozen'); END
--;;
CREATE TRIGGER order_line_lot_no_update BEFORE UPDATE ON order_line_lot BEGIN SELECT RAISE(ABORT, 'append_only'); END
--;;
CREATE TRIGGER order_line_lot_no_delete BEFORE DELETE ON order_line_lot BEGIN SELECT RAISE(ABORT, 'append_only'); END
--;;
CREATE TRIGGER order_charge_no_update BEFORE UPDATE ON order_charge BEGIN SELECT RAISE(ABORT, 'append_only'); END
--;;
CREATE TRIGGER order_charge_no_delete BEFORE DELETE ON order_charge BEGIN SELECT RAISE(ABORT, 'append_only'); END
--;;
CREATE TRIGGER order_event_no_update BEFORE UPDATE ON order_event BEGIN SELECT RAISE(ABORT, 'append_only'); END
--;;
CREATE TRIGGER order_event_no_delete BEFORE DELETE ON order_event BEGIN SELECT RAISE(ABORT, 'append_only'); END
--;;
CREATE TRIGGER payment_event_no_update BEFORE UPDATE ON payment_event BEGIN SELECT RAISE(ABORT, 'append_only'); END
--;;
CREATE TRIGGER payment_event_no_delete BEFORE DELETE ON payment_event BEGIN SELECT RAISE(ABORT, 'append_only'); END
