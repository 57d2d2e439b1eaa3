{{ staged_listens() }}
