-- From layout 1 to 2: an application that starts finds at once that nothing
-- is to do, however many models there are.
-- That is remembered as the rowid of the row of orm_state (ext/meta/memo.h). Whatever
-- changes a row forgets it.

CREATE TRIGGER main.orm_model_inserted AFTER INSERT ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_model_updated AFTER UPDATE ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_model_removed AFTER DELETE ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

CREATE TRIGGER main.orm_column_inserted AFTER INSERT ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_column_updated AFTER UPDATE ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_column_removed AFTER DELETE ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

CREATE TRIGGER main.orm_constraint_inserted AFTER INSERT ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_constraint_updated AFTER UPDATE ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_constraint_removed AFTER DELETE ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

CREATE TRIGGER main.orm_relationship_inserted AFTER INSERT ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_relationship_updated AFTER UPDATE ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_relationship_removed AFTER DELETE ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

CREATE TRIGGER main.orm_object_inserted AFTER INSERT ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_object_updated AFTER UPDATE ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_object_removed AFTER DELETE ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

CREATE TRIGGER main.orm_migration_inserted AFTER INSERT ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_migration_updated AFTER UPDATE ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_migration_removed AFTER DELETE ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

UPDATE main.orm_state SET layout = 2;
