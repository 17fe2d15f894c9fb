namespace Zoo.Viewer;

/// <summary>Shows the images that a model was trained on.</summary>
internal sealed class MainForm : Form
{
    private readonly PictureBox picture = new() { Dock = DockStyle.Fill };

    public MainForm()
    {
        Text = "Zoo";
        Controls.Add(picture);
    }

    [STAThread]
    private static void Main()
    {
        ApplicationConfiguration.Initialize();
        Application.Run(new MainForm());
    }
}
