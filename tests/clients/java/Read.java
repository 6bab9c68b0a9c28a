import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;

/** Reads the gateway as Metabase and DBeaver do: ClickHouse's JDBC driver. Arguments: host:port, token. */
public class Read {
    public static void main(String[] arguments) throws Exception {
        Class.forName("com.clickhouse.jdbc.Driver");
        String url = "jdbc:clickhouse://" + arguments[0] + "/siloscope?compress=false";
        try (Connection connection = DriverManager.getConnection(url, "reader", arguments[1])) {
            DatabaseMetaData known = connection.getMetaData();
            System.out.println("valid " + connection.isValid(3));
            System.out.println("schemas " + count(known.getSchemas()));
            System.out.println("views " + (count(known.getTables(null, "siloscope", "%", null)) > 5));
            System.out.println("columns " + (count(known.getColumns(null, "siloscope", "v_alerts", "%")) > 30));
            try (Statement statement = connection.createStatement()) {
                System.out.println("rows " + count(statement.executeQuery("SELECT * FROM v_touchpoints")));
            }
            String asked = "SELECT count() FROM v_alerts WHERE symptom = ? AND opened_at > ?";
            try (PreparedStatement statement = connection.prepareStatement(asked)) {
                statement.setString(1, "unanswered");
                statement.setTimestamp(2, new Timestamp(0));
                try (ResultSet found = statement.executeQuery()) {
                    found.next();
                    System.out.println("alerts " + found.getLong(1));
                }
            }
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("SELECT * FROM touchpoints");
                System.out.println("refused false");
            } catch (SQLException refused) {
                System.out.println("refused " + refused.getMessage().contains("497"));
            }
        }
    }

    /** How many rows; every value of them is decoded. */
    private static int count(ResultSet rows) throws SQLException {
        int count = 0;
        int width = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            for (int column = 1; column <= width; column++) {
                rows.getObject(column);
            }
            count++;
        }
        rows.close();
        return count;
    }
}
