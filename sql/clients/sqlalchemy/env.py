def include_object(object, name, type_, reflected, compare_to):
    return type_ != "table" or not name.startswith(("orm_", "sqlite_"))
