"""Files of KiotViet, Sapo and Shopify: products, stock and customers of a store that comes from another system."""
